"""Site hubs and huts on the route: modular capacitated facility location on a tree, with bounds."""
