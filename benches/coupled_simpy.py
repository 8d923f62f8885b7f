"""The M/M/1 model of benches/coupled.rs in SimPy: prints the run time for CUSTOMERS in seconds, and their mean sojourn time.

    python benches/coupled_simpy.py CUSTOMERS
"""

import random
import sys
import time

import simpy


def customer(env, server, sojourns, rng):
    arrived = env.now
    with server.request() as turn:
        yield turn
        yield env.timeout(rng.expovariate(10_000.0))
    sojourns[0] += env.now - arrived


def source(env, server, count, sojourns, rng):
    for _ in range(count):
        yield env.timeout(rng.expovariate(8_000.0))
        env.process(customer(env, server, sojourns, rng))


def main():
    count = int(sys.argv[1])
    env, rng, sojourns = simpy.Environment(), random.Random(1), [0.0]
    env.process(source(env, simpy.Resource(env, capacity=1), count, sojourns, rng))
    start = time.perf_counter()
    env.run()
    print(time.perf_counter() - start, sojourns[0] / count)


main()
