"""Live phone sessions of officials: schedule, publish, book, call, talk, appeal, answer."""
