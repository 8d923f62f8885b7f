"""Serves a WSGI application on loopback: the standard library's server, with a thread for each connection."""

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def serve(application, port):
    make_server("127.0.0.1", port, application, server_class=Threaded, handler_class=Quiet).serve_forever()
