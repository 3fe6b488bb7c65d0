"""Many people on many machines, by Spark. Needs the extra ``spark``, on the driver alone."""

from glutemed.population.spark.frame import Recommended, recommend_frame

__all__ = ["Recommended", "recommend_frame"]
