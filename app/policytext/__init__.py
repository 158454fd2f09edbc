"""Reading plans: a text becomes clauses, and clauses become targets, duties and incentives, for people to confirm.

What there is to be had is imported from where it stands (`app.policytext.targets.target.TargetKind`): the whole reader,
with its hundreds of patterns, is needed only where a text is read (`app.policytext.reading`).
"""
