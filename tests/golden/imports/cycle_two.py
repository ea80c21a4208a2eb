print("two starts")
import cycle_one
print("one has x", hasattr(cycle_one, "x"))
y = "two.y"
try:
    from cycle_one import x
except ImportError as e:
    print(str(e).split(" (")[0])
print("two ends")
