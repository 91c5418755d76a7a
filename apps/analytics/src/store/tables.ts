/** Dates are `YYYY-MM-DD`; `numeric` is text: exact decimals of the major unit of the row's currency. */
export interface Tables {
  customers: { tenant: string; id: string; name: string }
  products: { tenant: string; id: string; name: string; category: string | null }
  loads: { tenant: string; revision: number; loaded_at: Date }
  sales_daily: { tenant: string; day: string; currency: string; orders: number; revenue: string }
  sales_customer: {
    tenant: string
    customer_id: string
    currency: string
    orders: number
    units: number
    revenue: string
    first_day: string | null
    last_day: string | null
  }
  sales_cohorts: { tenant: string; cohort: string; month: string; customers: number }
}

export interface Options {
  signal: AbortSignal
}
