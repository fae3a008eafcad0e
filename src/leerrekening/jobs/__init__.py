"""Work that goes on without a visitor: a queue in the database, and the worker that empties it.

    jobs.defer(connection, "deliver", delivery=delivery)   # waits until the caller's transaction is done

What the work is stands in `tasks`; here nothing is known of people, rights or notices. Only `queue` knows the library
that does it (procrastinate), so that another one can take its place.
"""

from leerrekening.jobs.deferring import BadJob, defer
from leerrekening.jobs.installation import install

__all__ = ["BadJob", "defer", "install"]
