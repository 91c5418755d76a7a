/** Who left beside who reports to whom: how many reports people have is counted in the index alone. */
export const countReports = {
  up: `
drop index employees_by_manager;
create index employees_by_manager on employees (tenant, manager_id, name, id) include (left_on);
`,
}
