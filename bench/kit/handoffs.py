def run(o): return 2
