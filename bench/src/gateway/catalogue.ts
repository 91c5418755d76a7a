const TOOLS_PER_SERVER = 25

/** The tools of one of the servers of this bench: `echo` and as many as a full server has, with schemas of usual size. */
export function toolsOfServer(server: string): readonly object[] {
  return Array.from({ length: TOOLS_PER_SERVER }, (_, at) => ({
    name: at === 0 ? 'echo' : `search_records_${at}`,
    title: `Search records ${at}`,
    description: `Find records of kind ${at} at ${server} by words, dates and state. Returns the best matches first; follow nextCursor for more.`,
    annotations: { readOnlyHint: true, openWorldHint: false },
    inputSchema: {
      type: 'object',
      properties: {
        text: { type: 'string', maxLength: 200, description: 'Words to look for' },
        since: { type: 'string', format: 'date', description: 'Not before this day' },
        state: { type: 'string', enum: ['open', 'closed', 'cancelled'] },
        limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      },
    },
    outputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  }))
}

export function pageOfTools(tools: readonly object[]): object {
  return { resultType: 'complete', tools, ttlMs: 60_000, cacheScope: 'public' }
}
