/**
 * What analysts may query, with names beside ids. `security_invoker` keeps row-level security in force;
 * the comments are what schema://hr shows.
 */
export const views = {
  up: `
create function employment_status(hired_on date, left_on date) returns text language sql stable parallel safe
return case when left_on <= current_date then 'left' when hired_on > current_date then 'upcoming' else 'active' end;

create function tenure_years(hired_on date, left_on date) returns numeric language sql stable parallel safe
return round(greatest(least(left_on, current_date) - hired_on, 0) / 365.25, 2);

create view departments_view with (security_invoker = true) as
select d.id, d.name, d.head_id, h.name as head, d.cost_center, d.annual_budget_minor, d.currency
from departments d
left join employees h on h.tenant = d.tenant and h.id = d.head_id;
comment on view departments_view is 'One row per department.';
comment on column departments_view.id is 'Department id.';
comment on column departments_view.name is 'Department name.';
comment on column departments_view.head_id is 'Employee id of the head.';
comment on column departments_view.head is 'Name of the head.';
comment on column departments_view.cost_center is 'Cost center code.';
comment on column departments_view.annual_budget_minor is 'Budget of the year in minor units (cents) of currency.';
comment on column departments_view.currency is 'ISO 4217 code of the budget.';

create view employees_view with (security_invoker = true) as
select e.id, e.name, e.email, e.role, e.department_id, d.name as department, e.location, e.manager_id,
  m.name as manager, e.employment_type, e.hired_on, e.left_on,
  employment_status(e.hired_on, e.left_on) as status, tenure_years(e.hired_on, e.left_on) as tenure_years,
  e.salary_band
from employees e
left join departments d on d.tenant = e.tenant and d.id = e.department_id
left join employees m on m.tenant = e.tenant and m.id = e.manager_id;
comment on view employees_view is 'One row per employee, leavers included: filter on status.';
comment on column employees_view.id is 'Employee id.';
comment on column employees_view.name is 'Full name.';
comment on column employees_view.email is 'Work e-mail address.';
comment on column employees_view.role is 'Job title.';
comment on column employees_view.department_id is 'Department id.';
comment on column employees_view.department is 'Department name.';
comment on column employees_view.location is 'City of the office.';
comment on column employees_view.manager_id is 'Employee id of the manager; null at the top.';
comment on column employees_view.manager is 'Name of the manager.';
comment on column employees_view.employment_type is 'full_time, part_time, contractor or intern.';
comment on column employees_view.hired_on is 'First day of employment.';
comment on column employees_view.left_on is 'First day no longer employed; null while employed.';
comment on column employees_view.status is 'active, left or upcoming (hired, not yet started), as of today.';
comment on column employees_view.tenure_years is 'Years employed, until today or until leaving.';
comment on column employees_view.salary_band is 'Salary band.';

create view projects_view with (security_invoker = true) as
select p.id, p.name, p.department_id, d.name as department, p.lead_id, l.name as lead, p.status, p.starts_on,
  p.ends_on, p.budget_minor, p.spent_minor, p.currency, p.budget_hours
from projects p
left join departments d on d.tenant = p.tenant and d.id = p.department_id
left join employees l on l.tenant = p.tenant and l.id = p.lead_id;
comment on view projects_view is 'One row per project.';
comment on column projects_view.id is 'Project id.';
comment on column projects_view.name is 'Project name.';
comment on column projects_view.department_id is 'Id of the department that owns it.';
comment on column projects_view.department is 'Name of the department that owns it.';
comment on column projects_view.lead_id is 'Employee id of the lead.';
comment on column projects_view.lead is 'Name of the lead.';
comment on column projects_view.status is 'planned, active, on_hold or completed.';
comment on column projects_view.starts_on is 'First day.';
comment on column projects_view.ends_on is 'Last day as planned; null when open-ended.';
comment on column projects_view.budget_minor is 'Budget in minor units (cents) of currency.';
comment on column projects_view.spent_minor is 'Spent so far in minor units (cents) of currency.';
comment on column projects_view.currency is 'ISO 4217 code of budget and spending.';
comment on column projects_view.budget_hours is 'Hours planned.';

create view timesheets_view with (security_invoker = true) as
select t.employee_id, e.name as employee, e.department_id, d.name as department, t.project_id,
  p.name as project, t.worked_on, t.hours
from timesheets t
left join employees e on e.tenant = t.tenant and e.id = t.employee_id
left join departments d on d.tenant = e.tenant and d.id = e.department_id
left join projects p on p.tenant = t.tenant and p.id = t.project_id;
comment on view timesheets_view is 'One row per employee, project and day with hours worked on it.';
comment on column timesheets_view.employee_id is 'Employee id.';
comment on column timesheets_view.employee is 'Employee name.';
comment on column timesheets_view.department_id is 'Id of the department the employee is in today.';
comment on column timesheets_view.department is 'Name of the department the employee is in today.';
comment on column timesheets_view.project_id is 'Project id.';
comment on column timesheets_view.project is 'Project name.';
comment on column timesheets_view.worked_on is 'Day worked.';
comment on column timesheets_view.hours is 'Hours worked that day on that project.';
`,
}
