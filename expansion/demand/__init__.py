"""Find the locations that lack service and group them into service areas."""

from expansion.demand.areas import delineate_areas
from expansion.demand.eligible import find_eligible
from expansion.demand.office import assume_plant

__all__ = ["assume_plant", "delineate_areas", "find_eligible"]
