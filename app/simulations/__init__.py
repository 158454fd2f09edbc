"""政策测算: a rule with other numbers, computed over the whole pool and kept beside the rule as it stands."""
