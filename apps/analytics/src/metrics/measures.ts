/** What metrics are made of: sums over sales. Money is decimals of the major unit, never rounded. */
export const MEASURES = {
  orders: { level: 'line', money: false },
  customers: { level: 'line', money: false },
  units: { level: 'line', money: false },
  gross: { level: 'line', money: true },
  revenue: { level: 'line', money: true },
  shipping: { level: 'order', money: true },
  cancelled_orders: { level: 'order', money: false },
  cancelled_revenue: { level: 'order', money: true },
} as const satisfies Readonly<Record<string, { level: Level; money: boolean }>>

export type Measure = keyof typeof MEASURES

/** Whether single lines have it, or only whole orders do. */
export type Level = 'line' | 'order'
