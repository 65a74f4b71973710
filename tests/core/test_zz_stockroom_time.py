import time, pytest
from micromart_core.inventory.service_import import import_stock, undo_import
from micromart_core.inventory.service_verify import verify_stock
from micromart_core.inventory.service_stock import adjust_stock
from micromart_core.inventory.service_ledger import list_movements
from micromart_core.inventory.service_stats import count_movements
from micromart_core.inventory.service_levels import list_low
from micromart_core.inventory.model_reports import StatsBy
from sqlalchemy import event
def test_time(shop):
    at = "now()" if not shop.database.is_sqlite else "1700000000000000"
    with shop.database.begin(writes=True) as o:
        o.connection.exec_driver_sql("INSERT INTO stock (sku, on_hand) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT 'P-' || i, 1 FROM n")
        o.connection.exec_driver_sql(f"INSERT INTO stock_movements (sku, change, balance, reason, actor, at) SELECT sku, 1, 1, 'received', 'x', {at} FROM stock"); o.commit()
    text = "sku,by,reason\n" + "".join(f"P-{n},{n},delivery\n" for n in range(1, 10_001))
    s=shop.staff()
    for f,*x in ((import_stock,text,"r"),(adjust_stock,"P-7",1,"gift"),(verify_stock,),(list_movements,"P-7"),(list_low,),(count_movements,StatsBy.DAY),(count_movements,StatsBy.PRODUCT)):
        t=time.time(); r=s.run(f,*x); print(shop.database.is_sqlite, f.__name__, round(time.time()-t,2), getattr(r,'ok',''))
