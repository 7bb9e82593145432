"""Listens on a loopback port (its number is the first line of the output) and prints a line for every connection."""
import socket
import sys

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(("127.0.0.1", 0))
listener.listen(64)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    print("hit", connection.recv(100), flush=True)
    connection.close()
