print("deep init")
