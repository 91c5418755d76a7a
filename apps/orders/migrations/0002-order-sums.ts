/**
 * How many orders of each status and currency there are, and what their goods come to: by day and by month, so that
 * a sum over any dates reads a few hundred rows however many orders there are. Triggers keep the sums in the
 * transaction of every write; the amounts are added exactly.
 */
export const orderSums = {
  up: `
CREATE TABLE order_sums (
  tenant text NOT NULL CHECK (tenant <> ''),
  grain text NOT NULL CHECK (grain IN ('day', 'month')),
  starts_on date NOT NULL,
  status text NOT NULL,
  currency text NOT NULL,
  orders bigint NOT NULL,
  goods_minor bigint NOT NULL,
  goods_exact_minor numeric NOT NULL,
  PRIMARY KEY (tenant, grain, starts_on, status, currency)
);
CREATE FUNCTION month_of(day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN day - (extract(day FROM day)::integer - 1);

ALTER TABLE order_sums ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON order_sums AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY owner ON order_sums TO CURRENT_USER USING (true);
CREATE POLICY support ON order_sums FOR SELECT USING (
  (SELECT 'orders:support' = ANY (string_to_array(current_setting('app.scopes', true), ' '))));

-- Runs as the owner, as whoever changes an order may not write sums. Rows are written in the order of their key, so
-- that two writers wait for each other instead of deadlocking.
CREATE FUNCTION keep_order_sums() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF tg_op = 'INSERT' THEN
    ${add('SELECT 1 AS sign, * FROM added')};
  ELSIF tg_op = 'DELETE' THEN
    ${add('SELECT -1 AS sign, * FROM removed')};
  ELSE
    ${add('SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM removed')};
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER order_sums_on_insert AFTER INSERT ON orders
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_order_sums();
CREATE TRIGGER order_sums_on_update AFTER UPDATE ON orders
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_order_sums();
CREATE TRIGGER order_sums_on_delete AFTER DELETE ON orders
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_order_sums();

-- For a tenant that was filled without triggers.
CREATE FUNCTION rebuild_order_sums(of_tenant text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM order_sums WHERE tenant = of_tenant;
  INSERT INTO order_sums
  SELECT tenant, 'day', ordered_on, status, currency, count(*), sum(goods_minor), sum(goods_exact_minor)
  FROM orders WHERE tenant = of_tenant GROUP BY tenant, ordered_on, status, currency;
  INSERT INTO order_sums
  SELECT tenant, 'month', month_of(starts_on), status, currency, sum(orders), sum(goods_minor), sum(goods_exact_minor)
  FROM order_sums WHERE tenant = of_tenant AND grain = 'day' GROUP BY 1, 2, 3, 4, 5;
$$;

-- A customer's orders of one status, without reading the others; what they come to is in the index itself.
CREATE INDEX orders_by_subject_status ON orders (tenant, subject, status, ordered_on DESC, id DESC);
CREATE INDEX orders_by_customer_status ON orders (tenant, customer_id, status, ordered_on DESC, id DESC)
  INCLUDE (subject, currency, goods_minor, goods_exact_minor);

-- The orders there are, of all tenants.
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE order_sums NO FORCE ROW LEVEL SECURITY;
SELECT rebuild_order_sums(tenant) FROM (SELECT DISTINCT tenant FROM orders) tenants;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
ALTER TABLE order_sums FORCE ROW LEVEL SECURITY;
`,
}

/** Add rows of orders, each with the sign 1 or -1, to the sums of their day and month. */
function add(changes: string): string {
  return `INSERT INTO order_sums
    SELECT tenant, grain, CASE grain WHEN 'day' THEN ordered_on ELSE month_of(ordered_on) END AS starts_on, status,
      currency, sum(sign), sum(sign * goods_minor), sum(sign * goods_exact_minor)
    FROM (${changes}) changes, unnest(array['day', 'month']) AS grain
    GROUP BY 1, 2, 3, 4, 5
    HAVING (sum(sign), sum(sign * goods_minor), sum(sign * goods_exact_minor)) <> (0, 0, 0)
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (tenant, grain, starts_on, status, currency) DO UPDATE SET
      orders = order_sums.orders + excluded.orders,
      goods_minor = order_sums.goods_minor + excluded.goods_minor,
      goods_exact_minor = order_sums.goods_exact_minor + excluded.goods_exact_minor`
}
