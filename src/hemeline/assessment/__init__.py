"""The assessment: verdicts in columns for all patients, and for each one the reasons, what is missing, and what comes next."""

from hemeline.assessment.assess import NOTICE, assess, what_if
from hemeline.assessment.evaluate import Evaluation, evaluate
from hemeline.assessment.why import why

__all__ = ["NOTICE", "Evaluation", "assess", "evaluate", "what_if", "why"]
