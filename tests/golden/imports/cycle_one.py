print("one starts")
import cycle_two
x = "one.x"
print("one ends", cycle_two.y)
