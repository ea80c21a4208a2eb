print("shop init", __name__)
from .prices import price
from . import stock
name = "shop"
