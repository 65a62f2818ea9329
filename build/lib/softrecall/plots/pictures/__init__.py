"""The widgets' pictures: what stands in their place without JavaScript, in print and on code hosts.

One module a widget, under the widget's own name. Each function draws one state as an SVG string, from the package's own
numbers, for a place of a given width: text keeps its size, the drawing adapts. Colours are the site's variables with
the light colour as fallback, so that an inlined picture follows the theme and a stored one stands on a white plate. No
ids, no scripts, the same bytes every time.
"""

from softrecall.plots.pictures._draw import Picture

__all__ = ["Picture"]
