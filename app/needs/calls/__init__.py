"""需求征集: a round that asks chosen firms for one kind of need until a day, with reminders and its progress."""
