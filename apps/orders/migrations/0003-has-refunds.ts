/**
 * Whether an order ever had a refund, set by a trigger: most have none, and are read without looking for any. And what
 * belongs to an order is shown to support staff by their scope alone: it was by finding the order again for each row.
 */
export const hasRefunds = {
  up: `
ALTER TABLE orders ADD COLUMN has_refunds boolean NOT NULL DEFAULT false;

CREATE FUNCTION note_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE orders o SET has_refunds = true FROM added
  WHERE o.tenant = added.tenant AND o.id = added.order_id AND NOT o.has_refunds;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_refunds AFTER INSERT ON refunds
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_refunds();

-- The refunds there are, of all tenants.
ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE refunds NO FORCE ROW LEVEL SECURITY;
UPDATE orders SET has_refunds = true WHERE (tenant, id) IN (SELECT tenant, order_id FROM refunds);
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY;

${['order_lines', 'refunds', 'refund_lines'].map(showToSupport).join('\n')}
`,
}

function showToSupport(table: string): string {
  return `CREATE POLICY support ON ${table} FOR SELECT USING (
  (SELECT 'orders:support' = ANY (string_to_array(current_setting('app.scopes', true), ' '))));`
}
