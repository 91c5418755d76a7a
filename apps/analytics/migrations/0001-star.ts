import { isolate } from './isolate.ts'

/**
 * The star: `sales` are its facts, one row a line of an order, around `dates`, `customers`, `products` and `regions`;
 * `sales_orders` are the same sales, one row an order, with what no line has. Amounts are decimals of the major unit
 * of the row's currency and never rounded. Codes compare as bytes, which costs less than in the order of a language.
 *
 * Facts have no foreign keys, which would cost more than the rest of loading: an import looks every code up itself.
 */
export const star = {
  up: `
-- price x quantity x (1 - discount), unrounded. A basis point is 1/10000.
CREATE FUNCTION line_revenue(unit_price numeric, quantity integer, discount_bp integer)
  RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN trim_scale(unit_price * quantity * (10000 - discount_bp) * 0.0001);

-- Every day that sales have. Weeks begin on Monday (ISO 8601), and so does the count of weekdays, with 1.
CREATE TABLE dates (
  day date PRIMARY KEY,
  week date NOT NULL GENERATED ALWAYS AS (day - (extract(isodow FROM day)::integer - 1)) STORED,
  month date NOT NULL GENERATED ALWAYS AS (day - (extract(day FROM day)::integer - 1)) STORED,
  quarter date NOT NULL GENERATED ALWAYS AS (make_date(
    extract(year FROM day)::integer, extract(quarter FROM day)::integer * 3 - 2, 1)) STORED,
  year date NOT NULL GENERATED ALWAYS AS (make_date(extract(year FROM day)::integer, 1, 1)) STORED,
  weekday smallint NOT NULL GENERATED ALWAYS AS (extract(isodow FROM day)::smallint) STORED
);
INSERT INTO dates (day) SELECT generate_series('1990-01-01'::timestamp, '2049-12-31', interval '1 day')::date;

CREATE TABLE customers (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE TABLE products (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  category text,
  PRIMARY KEY (tenant, id)
);

-- Where orders are sent.
CREATE TABLE regions (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  id integer NOT NULL,
  country text,
  region text,
  city text,
  PRIMARY KEY (tenant, id),
  UNIQUE NULLS NOT DISTINCT (tenant, country, region, city)
);

CREATE TABLE sales_orders (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  number text COLLATE "C" NOT NULL,
  day date NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  region_id integer NOT NULL,
  currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  cancelled boolean NOT NULL,
  shipping numeric NOT NULL CHECK (shipping >= 0),
  -- Sums over its lines.
  units bigint NOT NULL,
  gross numeric NOT NULL,
  revenue numeric NOT NULL,
  PRIMARY KEY (tenant, number)
);
CREATE INDEX sales_orders_by_day ON sales_orders (tenant, day);
CREATE INDEX sales_orders_by_customer ON sales_orders (tenant, customer_id, day);

-- With the order's own columns, so that no question about lines reads orders.
CREATE TABLE sales (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  order_number text COLLATE "C" NOT NULL,
  line integer NOT NULL CHECK (line > 0),
  day date NOT NULL,
  customer_id text COLLATE "C" NOT NULL,
  product_id text COLLATE "C" NOT NULL,
  region_id integer NOT NULL,
  currency text COLLATE "C" NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  cancelled boolean NOT NULL,
  unit_price numeric NOT NULL CHECK (unit_price >= 0),
  quantity integer NOT NULL CHECK (quantity > 0),
  discount_bp integer NOT NULL CHECK (discount_bp BETWEEN 0 AND 10000),
  gross numeric NOT NULL GENERATED ALWAYS AS (trim_scale(unit_price * quantity)) STORED,
  revenue numeric NOT NULL GENERATED ALWAYS AS (line_revenue(unit_price, quantity, discount_bp)) STORED,
  PRIMARY KEY (tenant, order_number, line)
);
CREATE INDEX sales_by_day ON sales (tenant, day);

-- What the facts of a tenant are at. Answers are cached by the revision.
CREATE TABLE loads (
  tenant text COLLATE "C" PRIMARY KEY CHECK (tenant <> ''),
  revision bigint NOT NULL,
  loaded_at timestamptz NOT NULL
);

${['customers', 'products', 'regions', 'sales_orders', 'sales', 'loads'].map(isolate).join('\n')}
`,
}
