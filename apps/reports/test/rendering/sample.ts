import type { Content } from '../../src/model.ts'

/** A report with one of everything, and names that mean something to every format. */
export const SAMPLE: Content = {
  title: 'Sales performance',
  type: 'sales_performance',
  period: { from: '2026-01-01', to: '2026-03-31' },
  department: 'R&D <script>alert(1)</script>',
  generated_at: '2026-04-01T08:30:00.000Z',
  sections: [
    {
      id: 'sales',
      title: 'Sales',
      status: 'complete',
      problem: null,
      missing_scopes: [],
      sources: ['orders__search_orders'],
      scopes: ['orders:support'],
      blocks: [
        {
          kind: 'figures',
          figures: [
            { label: 'Orders', value: 1234, unit: 'count', change_percent: -12.3 },
            {
              label: 'Goods sold',
              value: { minor: 123_456_789, currency: 'USD' },
              unit: 'money',
              change_percent: 5,
            },
            { label: 'In yen', value: { minor: 5000, currency: 'JPY' }, unit: 'money', change_percent: null },
            { label: 'Attrition', value: null, unit: 'percent', change_percent: null },
          ],
        },
        { kind: 'note', text: 'Without *shipping* | and refunds.' },
        {
          kind: 'table',
          id: 'products',
          title: 'Products',
          columns: [
            { label: 'Product', unit: 'text' },
            { label: 'Revenue', unit: 'money' },
            { label: 'Share', unit: 'percent' },
          ],
          rows: [
            ['=HYPERLINK("http://evil.example")', { minor: 150_05, currency: 'USD' }, 60],
            ['Côte de Blaye, "large"', { minor: -100, currency: 'USD' }, null],
            ['<img src=x onerror=alert(1)>|pipe', null, 0.5],
          ],
        },
        {
          kind: 'chart',
          id: 'by_month',
          title: 'Goods sold by month <&>',
          shape: 'column',
          categories: ['2026-01', '2026-02', '2026-03'],
          category_label: 'Month',
          value_label: 'Goods sold',
          unit: 'money',
          currency: 'USD',
          series: [
            { name: 'This year', values: [12_345.67, null, 60_000] },
            { name: 'Last year', values: [10_000, 20_000, 30_000] },
          ],
        },
      ],
    },
    {
      id: 'people',
      title: 'People',
      status: 'not_permitted',
      problem: 'This section needs the scope hr:read, which you were not granted.',
      missing_scopes: ['hr:read'],
      sources: ['hr__headcount_summary'],
      scopes: ['hr:read'],
      blocks: [],
    },
  ],
}
