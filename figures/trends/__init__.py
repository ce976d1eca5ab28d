"""Markers over the visits, and the response by dose."""
