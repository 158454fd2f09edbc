"""What people are told of their own accord: reminders on the page, and a digest for the morning."""
