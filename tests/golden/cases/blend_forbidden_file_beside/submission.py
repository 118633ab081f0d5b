from .helpers import step


blend = step
