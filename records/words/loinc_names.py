"""Plain names for common tests, panels and questionnaires, by LOINC code. Every code was looked up.

What is called by them, and where the record's own word goes first, stands in `called`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.words.rows import Words

NAMES: dict[str, Words] = {
    # vital signs of US Core
    "85354-9": _("Blood pressure"),
    "8480-6": _("Blood pressure, upper number"),
    "8462-4": _("Blood pressure, lower number"),
    "3150-0": _("Oxygen in the air breathed in"),
    "3151-8": _("Flow of the oxygen breathed in"),
    "8867-4": _("Pulse"),
    "9279-1": _("Breathing rate"),
    "8310-5": _("Temperature"),
    "59408-5": _("Oxygen level"),
    "2708-6": _("Oxygen level"),
    "29463-7": _("Weight"),
    "8302-2": _("Height"),
    "39156-5": _("Body mass index"),
    "59576-9": _("Body mass index for age"),
    "9843-4": _("Head size"),
    "8289-1": _("Head size for age"),
    "77606-2": _("Weight for height"),
    # sugar, kidneys, salts
    "4548-4": _("Hemoglobin A1c"),
    "2345-7": _("Glucose (blood sugar)"),
    "51990-0": _("Basic metabolic panel"),
    "24323-8": _("Comprehensive metabolic panel"),
    "2160-0": _("Creatinine"),
    "3094-0": _("Urea nitrogen (BUN)"),
    "98979-8": _("Kidney filtration rate (eGFR)"),
    "2951-2": _("Sodium"),
    "2823-3": _("Potassium"),
    "2075-0": _("Chloride"),
    "2028-9": _("Carbon dioxide, total"),
    "1963-8": _("Bicarbonate"),
    "17861-6": _("Calcium"),
    # fats in the blood
    "57698-3": _("Cholesterol panel (lipids)"),
    "2093-3": _("Cholesterol, total"),
    "2085-9": _("HDL cholesterol"),
    "18262-6": _("LDL cholesterol"),
    "13457-7": _("LDL cholesterol, calculated"),
    "2571-8": _("Triglycerides"),
    # blood cells
    "58410-2": _("Complete blood count"),
    "718-7": _("Hemoglobin"),
    "4544-3": _("Hematocrit"),
    "6690-2": _("White blood cells"),
    "789-8": _("Red blood cells"),
    "777-3": _("Platelets"),
    "787-2": _("Size of red blood cells (MCV)"),
    "785-6": _("Hemoglobin per red blood cell (MCH)"),
    "786-4": _("Hemoglobin concentration in red blood cells (MCHC)"),
    "770-8": _("Neutrophils, share of white blood cells"),
    "883-9": _("Blood group (ABO)"),
    "10331-7": _("Blood group (Rh)"),
    # liver, inflammation
    "24325-3": _("Liver panel"),
    "1742-6": _("ALT (a liver enzyme)"),
    "1920-8": _("AST (a liver enzyme)"),
    "6768-6": _("Alkaline phosphatase"),
    "1975-2": _("Bilirubin, total"),
    "1751-7": _("Albumin"),
    "2885-2": _("Protein, total"),
    "1988-5": _("C-reactive protein"),
    # urine
    "24356-8": _("Urinalysis"),
    "9318-7": _("Albumin to creatinine ratio in urine"),
    "14957-5": _("Albumin in urine"),
    "5778-6": _("Color of urine"),
    "32167-9": _("Clarity of urine"),
    "5803-2": _("pH of urine"),
    "5811-5": _("Specific gravity of urine"),
    "5802-4": _("Nitrite in urine"),
    "630-4": _("Urine culture (bacteria)"),
    # pictures and other tests
    "83311-1": _("Bone density scan (DXA)"),
    "18748-4": _("Imaging report"),
    # questionnaires and their totals
    "44249-1": _("PHQ-9 (depression questionnaire)"),
    "44261-6": _("PHQ-9 total score"),
    "55757-9": _("PHQ-2 (short depression questionnaire)"),
    "55758-7": _("PHQ-2 total score"),
    "69737-5": _("GAD-7 (anxiety questionnaire)"),
    "70274-6": _("GAD-7 total score"),
    "72109-2": _("AUDIT-C (alcohol questionnaire)"),
    "75626-2": _("AUDIT-C total score"),
    "93025-5": _("PRAPARE (questionnaire on living conditions)"),
    "96777-8": _("AHC questionnaire on social needs"),
    "88121-9": _("Hunger Vital Sign (food questionnaire)"),
    "88124-3": _("Risk of too little food"),
}
