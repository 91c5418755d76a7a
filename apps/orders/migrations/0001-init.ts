/**
 * Amounts are integer minor units of the row's currency, with one exception: `exact_minor` and
 * `goods_exact_minor` keep the fraction. Both come from one formula, below, and differ only by rounding.
 */
export const init = {
  up: `
-- The exact product of a line, unrounded: price x quantity x (1 - discount). A basis point is 1/10000.
CREATE FUNCTION line_exact_minor(unit_price_minor bigint, quantity integer, discount_bp integer)
  RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN trim_scale(unit_price_minor::numeric * quantity * (10000 - discount_bp) * 0.0001);

-- What was charged for a line: its exact product to the whole minor unit, half a unit away from zero.
CREATE FUNCTION line_charged_minor(unit_price_minor bigint, quantity integer, discount_bp integer)
  RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN round(unit_price_minor::numeric * quantity * (10000 - discount_bp) * 0.0001)::bigint;

-- An opaque id that is the same for the same tenant and number in every database.
CREATE FUNCTION order_id(tenant text, number text)
  RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN 'ord_' || left(encode(sha256(convert_to(tenant || E'\\n' || number, 'UTF8')), 'hex'), 24);

CREATE TABLE customers (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  -- The token subject that owns this customer's orders.
  subject text NOT NULL CHECK (subject <> ''),
  name text NOT NULL,
  contact_name text,
  email text,
  phone text,
  address text,
  city text,
  region text,
  postal_code text,
  country text,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, subject),
  UNIQUE (tenant, id, subject)
);

CREATE TABLE products (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  name text NOT NULL,
  -- The name and category in lower case without accents, for searching.
  search_text text NOT NULL,
  category text,
  quantity_per_unit text,
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  units_in_stock integer CHECK (units_in_stock >= 0),
  discontinued boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX products_by_name ON products (tenant, name, id);

CREATE TABLE orders (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  number text NOT NULL,
  customer_id text NOT NULL,
  -- A copy of the customer's, so that the policy below is one comparison; the foreign key keeps it right.
  subject text NOT NULL,
  status text NOT NULL CHECK (status IN
    ('pending', 'processing', 'shipped', 'delivered', 'cancelled', 'partially_refunded', 'refunded')),
  ordered_on date NOT NULL,
  required_on date,
  shipped_on date,
  delivered_on date,
  carrier text,
  tracking_number text,
  ship_name text,
  ship_address text,
  ship_city text,
  ship_region text,
  ship_postal_code text,
  ship_country text,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  shipping_minor bigint NOT NULL DEFAULT 0 CHECK (shipping_minor >= 0),
  -- Sums over the lines, kept here so that lists and totals never read lines.
  line_count integer NOT NULL CHECK (line_count > 0),
  goods_minor bigint NOT NULL CHECK (goods_minor >= 0),
  goods_exact_minor numeric NOT NULL,
  refunded_minor bigint NOT NULL DEFAULT 0,
  cancelled_at timestamptz,
  cancel_reason text,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, number),
  FOREIGN KEY (tenant, customer_id, subject) REFERENCES customers (tenant, id, subject) ON UPDATE CASCADE,
  CONSTRAINT never_more_than_was_paid CHECK (refunded_minor BETWEEN 0 AND goods_minor + shipping_minor)
);
CREATE INDEX orders_by_subject ON orders (tenant, subject, ordered_on DESC, id DESC);
CREATE INDEX orders_by_customer ON orders (tenant, customer_id, ordered_on DESC, id DESC);
CREATE INDEX orders_by_status ON orders (tenant, status, ordered_on DESC, id DESC);
CREATE INDEX orders_by_date ON orders (tenant, ordered_on DESC, id DESC);

CREATE TABLE order_lines (
  tenant text NOT NULL CHECK (tenant <> ''),
  order_id text NOT NULL,
  line integer NOT NULL CHECK (line > 0),
  product_id text NOT NULL,
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
  quantity integer NOT NULL CHECK (quantity > 0),
  discount_bp integer NOT NULL CHECK (discount_bp BETWEEN 0 AND 10000),
  charged_minor bigint NOT NULL
    GENERATED ALWAYS AS (line_charged_minor(unit_price_minor, quantity, discount_bp)) STORED,
  exact_minor numeric NOT NULL
    GENERATED ALWAYS AS (line_exact_minor(unit_price_minor, quantity, discount_bp)) STORED,
  PRIMARY KEY (tenant, order_id, line),
  FOREIGN KEY (tenant, order_id) REFERENCES orders (tenant, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant, product_id) REFERENCES products (tenant, id)
);

CREATE TABLE refunds (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  order_id text NOT NULL,
  -- All of it: its lines and the shipping.
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  shipping_minor bigint NOT NULL DEFAULT 0 CHECK (shipping_minor BETWEEN 0 AND amount_minor),
  reason text,
  requested_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, order_id, id),
  FOREIGN KEY (tenant, order_id) REFERENCES orders (tenant, id)
);

-- The primary key lets every line be refunded once.
CREATE TABLE refund_lines (
  tenant text NOT NULL CHECK (tenant <> ''),
  order_id text NOT NULL,
  line integer NOT NULL,
  refund_id text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (tenant, order_id, line),
  FOREIGN KEY (tenant, order_id, line) REFERENCES order_lines (tenant, order_id, line),
  FOREIGN KEY (tenant, order_id, refund_id) REFERENCES refunds (tenant, order_id, id)
);

-- What a key was used for and the answer it got; written in the transaction of the effect.
CREATE TABLE idempotency_keys (
  tenant text NOT NULL CHECK (tenant <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  tool text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, subject, tool, key)
);

ALTER TABLE customers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE products ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE order_lines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE refund_lines ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- The first wall: a transaction sees its tenant and nothing else, the owner's too.
CREATE POLICY tenant ON customers AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON products AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON orders AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON order_lines AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON refunds AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON refund_lines AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON idempotency_keys AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));

-- The owner imports and seeds.
CREATE POLICY owner ON customers TO CURRENT_USER USING (true);
CREATE POLICY owner ON products TO CURRENT_USER USING (true);
CREATE POLICY owner ON orders TO CURRENT_USER USING (true);
CREATE POLICY owner ON order_lines TO CURRENT_USER USING (true);
CREATE POLICY owner ON refunds TO CURRENT_USER USING (true);
CREATE POLICY owner ON refund_lines TO CURRENT_USER USING (true);
CREATE POLICY owner ON idempotency_keys TO CURRENT_USER USING (true);

-- The second wall: customers see and change what is theirs; support staff read all of the tenant.
-- A command without a policy (inserting or deleting orders, changing products) is refused.
CREATE POLICY catalogue ON products FOR SELECT USING (true);
CREATE POLICY own ON customers FOR SELECT USING (subject = current_setting('app.subject', true));
CREATE POLICY own ON orders FOR SELECT USING (subject = current_setting('app.subject', true));
CREATE POLICY own_change ON orders FOR UPDATE USING (subject = current_setting('app.subject', true));
CREATE POLICY own ON idempotency_keys USING (subject = current_setting('app.subject', true));
-- The SELECT makes it one evaluation a query instead of one a row.
CREATE POLICY support ON customers FOR SELECT USING (
  (SELECT 'orders:support' = ANY (string_to_array(current_setting('app.scopes', true), ' '))));
CREATE POLICY support ON orders FOR SELECT USING (
  (SELECT 'orders:support' = ANY (string_to_array(current_setting('app.scopes', true), ' '))));
-- What belongs to an order is visible with it, and can be added only to an order of one's own.
CREATE POLICY of_order ON order_lines FOR SELECT USING (EXISTS (
  SELECT FROM orders o WHERE o.tenant = order_lines.tenant AND o.id = order_lines.order_id));
CREATE POLICY of_order ON refunds FOR SELECT USING (EXISTS (
  SELECT FROM orders o WHERE o.tenant = refunds.tenant AND o.id = refunds.order_id));
CREATE POLICY of_order ON refund_lines FOR SELECT USING (EXISTS (
  SELECT FROM orders o WHERE o.tenant = refund_lines.tenant AND o.id = refund_lines.order_id));
CREATE POLICY own ON refunds FOR INSERT WITH CHECK (EXISTS (
  SELECT FROM orders o WHERE o.tenant = refunds.tenant AND o.id = refunds.order_id
    AND o.subject = current_setting('app.subject', true)));
CREATE POLICY own ON refund_lines FOR INSERT WITH CHECK (EXISTS (
  SELECT FROM orders o WHERE o.tenant = refund_lines.tenant AND o.id = refund_lines.order_id
    AND o.subject = current_setting('app.subject', true)));
`,
}
