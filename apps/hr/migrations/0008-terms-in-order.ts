/**
 * The name of whose word it is beside each word, and an index that has everybody with a word in order of their names:
 * a page of those whose word is common begins where the last one ended, without reading all of them.
 */
export const termsInOrder = {
  up: `
alter table employee_terms no force row level security;
alter table employees no force row level security;
alter table employee_terms add column name text;
update employee_terms t set name = e.name from employees e where e.tenant = t.tenant and e.id = t.employee_id;
alter table employee_terms alter column name set not null;
alter table employees force row level security;
alter table employee_terms force row level security;
drop index employee_terms_by_term;
create index employee_terms_in_order on employee_terms (tenant, term, name, employee_id, field);

create or replace function index_employee_terms() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from employee_terms using changed
    where employee_terms.tenant = changed.tenant and employee_terms.employee_id = changed.id;
  end if;
  ${insertTerms('changed')};
  return null;
end
$$;

-- For a tenant that was filled without triggers.
create function rebuild_terms(of_tenant text) returns void language sql as $$
  delete from employee_terms where tenant = of_tenant;
  ${insertTerms('(select * from employees where tenant = of_tenant) people')};
$$;
drop function rebuild_staff(text);
`,
}

function insertTerms(people: string): string {
  return `insert into employee_terms (tenant, employee_id, field, term, name)
    select tenant, id, 'name', word, name from ${people}, search_words(name) as word
    union all
    select tenant, id, 'role', word, name from ${people}, search_words(role) as word
    union all
    select tenant, id, 'email', word, name from ${people}, search_words(split_part(email, '@', 1)) as word`
}
