"""Code systems of FHIR and mCODE that readers and the writer share: addresses, and codes with a fixed meaning.

Codes of diseases, facts and therapies stand in the vocabulary; here are only those of the standard's own value sets
(clinical status, answers, disease status, reasons for stopping). Source: HL7 FHIR R4, mCODE STU 4, LOINC answer lists.
"""

from __future__ import annotations

SYSTEMS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://terminology.hl7.org/CodeSystem/icd-o-3": "icdo3",
    "urn:oid:2.16.840.1.113883.6.43.1": "icdo3",
    "http://data.mskcc.org/ontologies/oncotree/": "oncotree",
    "http://oncotree.info": "oncotree",
    "http://loinc.org": "loinc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://www.whocc.no/atc": "atc",
}
URLS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icdo3": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "oncotree": "http://oncotree.info",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
}
CLINICAL_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"
OWN = "urn:hemeline:"
HISTOLOGY = f"{MCODE}mcode-histology-morphology-behavior"
INTENT = f"{MCODE}mcode-procedure-intent"
TERMINATION = f"{MCODE}mcode-treatment-termination-reason"
DISEASE_STATUS = "97509-4"  # LOINC: cancer disease status

NO_VALUE = "not-applicable"  # reason for an absent value: the fact has none
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
RELAPSED = ("relapse", "recurrence")
ANSWERS = {
    "10828004": "positive", "260385009": "negative", "260373001": "positive", "260415000": "negative", "419984006": "indeterminate",
    "LA6576-8": "positive", "LA6577-6": "negative", "LA9633-4": "positive", "LA9634-2": "negative", "LA11884-6": "indeterminate",
    "POS": "positive", "NEG": "negative", "DET": "positive", "ND": "negative", "IND": "indeterminate",
}  # fmt: skip
# Cancer disease status (mCODE value set): what each answer says in the words of a record. "Improved" says no response category.
STATUS_ANSWERS = {"271299001": ("progression", "unspecified"), "359746009": ("response", "SD"), "260415000": ("status", "remission")}
REASONS = {
    "182992009": "completed", "266721009": "progression", "407563006": "toxicity", "105480006": "choice", "184081006": "other",
    "309846006": "other", "399307001": "other", "419620001": "death", "443729008": "completed", "77386006": "other",
}  # fmt: skip
INTENTS = {"363676003": "palliative"}
NOT_GIVEN = (
    "not-done", "entered-in-error", "cancelled", "draft", "intended", "not-taken", "proposed", "preparation", "unknown",
    "stopped-before-start",
)  # fmt: skip
EXTENSIONS = ("intent", "donor", "conditioning", "line", "courses", "reason")
