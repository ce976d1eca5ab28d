"""Cox's and Firth's models of the hazard, and what can be said with them."""

from analysis.stats.cox.hazard_ratio import cox, firth, proportional_hazards

__all__ = ["cox", "firth", "proportional_hazards"]
