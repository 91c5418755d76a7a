/** What is known of a customer beside id, name and subject: named the same in files and tables. */
export const CUSTOMER_DETAILS = [
  'contact_name',
  'email',
  'phone',
  'address',
  'city',
  'region',
  'postal_code',
  'country',
] as const
