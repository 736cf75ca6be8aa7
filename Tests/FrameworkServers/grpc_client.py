#!/usr/bin/env python3
# What GRPCClient is, with gRPC's own client: nothing is tried again, but for what gRPC itself does when the server cannot
# have seen it ("transparent retry").
import os, random, sys, threading, time

import grpc

address = "127.0.0.1:" + os.environ.get("PORT", "8080")
ended = threading.Event()


def connect():
    return grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])


def call(channel, kind):
    method = "/hotreload.Generation/" + ("Slow" if kind.startswith("slow") else "Generation")
    began = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    try:
        outcome = "answered " + channel.unary_unary(method)(b"", timeout=30).decode()
    except grpc.RpcError as error:
        outcome = f"lost {error.code().name}: {error.details()}".replace("\n", " ")
    took = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - began
    os.write(1, f"{kind} {began} {took} {outcome}\n".encode())


def loop(kind):
    kept = None if kind in ("fresh", "slow") else connect()
    while not ended.is_set():
        channel = kept or connect()
        call(channel, kind)
        if channel is not kept:
            channel.close()
        if kind.startswith("thinking"):
            time.sleep(random.uniform(0, 0.05))


loops = [threading.Thread(target=loop, args=(kind,)) for kind in sys.argv[1:]]
for thread in loops:
    thread.start()
while os.read(0, 1):
    pass
ended.set()
for thread in loops:
    thread.join()
