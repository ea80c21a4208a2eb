from .prices import table
from .deep.inner import up
def has(x):
    return x in table
