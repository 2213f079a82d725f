"""Rehearsal: whole sessions played on a virtual clock, against the product as it is.

People, telephones, the network, time and what goes wrong are simulated and seeded;
handlers, services, jobs and the database are those that serve real callers.
"""
