"""The reassigned numbers service on one machine: has a number been given up since a day?"""
