/** A page of documents begins where the last one ended, and vectors of a shelf are counted without reading them. */
export const listsInOrder = {
  up: `
CREATE INDEX documents_by_title ON documents (tenant, title, id);
CREATE INDEX vectors_by_shelf ON vectors (tenant, model, shelf_id);
`,
}
