"""Made-up patients for tests and demonstrations, drawn from parameters of the knowledge that name their source."""

from hemeline.synth.courses import CHUNK, chunks
from hemeline.synth.writing import write_synthetic

__all__ = ["CHUNK", "chunks", "write_synthetic"]
