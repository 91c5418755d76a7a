/** The scope that lets row-level security show all of a tenant; only methods for support staff pass it on. */
export const SUPPORT = ['orders:support'] as const
