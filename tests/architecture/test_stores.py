"""A store is imported by its own service only."""

import grimp

EXCEPTIONS = {
    # Availability, reclaim and sweep: what is held is written in the carts' lines.
    ("micromart_core.inventory", "micromart_core.carts.tables"),
    # An identity.py asks who is calling before every operation: in one statement, since two would cost twice.
    ("micromart_core.adapters.local_identity", "micromart_core.authentication.tables"),
    ("micromart_core.adapters.local_identity", "micromart_core.users.tables"),
    ("micromart_core.adapters.keycloak", "micromart_core.users.tables"),
}


def test_nobody_imports_another_services_store():
    graph = grimp.build_graph("micromart_core", "micromart_cli", "micromart_tui", "micromart_daemon")
    stores = [module for module in graph.modules if module.split(".")[-1].startswith(("store", "tables"))]
    strangers = [
        (importer, store)
        for store in stores
        for importer in graph.find_modules_that_directly_import(store)
        if not importer.startswith(store.rpartition(".")[0] + ".")
        and (importer.rpartition(".")[0], store) not in EXCEPTIONS
    ]

    assert "micromart_core.carts.tables" in stores
    assert strangers == []
