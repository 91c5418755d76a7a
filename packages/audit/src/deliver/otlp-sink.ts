import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnyValue, Attributes, HrTime } from '@opentelemetry/api'
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Delivered, Sink } from './sink.ts'

export interface OtlpSinkOptions {
  /** Of the collector, OTLP over gRPC. */
  readonly endpoint: string
  /** Where it is kept how far records came: a collector cannot be asked. */
  readonly folder: string
  readonly service: string
  readonly version: string
}

const INFO = 9
const WARN = 13

/**
 * Log records of OpenTelemetry, for a collector. What is sent twice, after a crash, arrives twice: `atoll.audit.writer` and
 * `atoll.audit.seq` say that it is the same. The exporter is loaded when the first record is sent.
 */
export function otlpSink({ endpoint, folder, service, version }: OtlpSinkOptions): Sink {
  let opening: Promise<Opened> | undefined
  const fileOf = (writer: string) => join(folder, `${writer}.otlp.json`)

  async function open(): Promise<Opened> {
    const [{ OTLPLogExporter }, { resourceFromAttributes }] = await Promise.all([
      import('@opentelemetry/exporter-logs-otlp-grpc'),
      import('@opentelemetry/resources'),
    ])
    const resource = resourceFromAttributes({ 'service.name': service, 'service.version': version })
    return { exporter: new OTLPLogExporter({ url: endpoint }), resource }
  }

  return {
    name: 'otlp',
    async last(writer) {
      const text = await readFile(fileOf(writer), 'utf8').catch(() => '{}')
      const { seq } = JSON.parse(text) as { seq?: unknown }
      return typeof seq === 'number' ? seq : 0
    },
    async send(writer, records) {
      opening ??= open()
      const { exporter, resource } = await opening
      const scope = { name: '@atoll/audit', version }
      const sent = records.map((record) => logRecord(writer, record, { resource, scope }))
      await new Promise<void>((resolve, reject) => {
        exporter.export(sent, ({ code, error }) =>
          code === 0 ? resolve() : reject(error ?? new Error('The collector did not take the records')),
        )
      })
      const file = fileOf(writer)
      await writeFile(`${file}.tmp`, JSON.stringify({ seq: records.at(-1)?.seq }), { mode: 0o600 })
      await rename(`${file}.tmp`, file)
    },
    async close() {
      await (await opening)?.exporter.shutdown()
    },
  }
}

interface Opened {
  readonly exporter: LogRecordExporter
  readonly resource: ReadableLogRecord['resource']
}

function logRecord(
  writer: string,
  { seq, line }: Delivered,
  { resource, scope }: { resource: Opened['resource']; scope: ReadableLogRecord['instrumentationScope'] },
): ReadableLogRecord {
  const record = JSON.parse(line) as Record<string, AnyValue>
  const isRefused = record.decision === 'refused'
  const { traceId, event } = record
  const time = hrTime(Date.parse(String(record.time)))
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: isRefused ? WARN : INFO,
    severityText: isRefused ? 'WARN' : 'INFO',
    eventName: `atoll.audit.${String(event)}`,
    // As it is in the file, so that the chain can be checked there too.
    body: line,
    attributes: attributesOf(writer, seq, record),
    ...(typeof traceId === 'string' && { spanContext: { traceId, spanId: '0'.repeat(16), traceFlags: 0 } }),
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
  }
}

const KEYS = [
  'subject',
  'tenant',
  'clientId',
  'actor',
  'server',
  'kind',
  'name',
  'decision',
  'rule',
  'outcome',
  'effect',
]

function attributesOf(writer: string, seq: number, record: Record<string, AnyValue>): Attributes {
  const known = [...KEYS, 'data', 'errorCode', 'requestId'].flatMap((key) => {
    const value = record[key]
    return typeof value === 'string' ? [[`atoll.audit.${key}`, value] as const] : []
  })
  return { 'atoll.audit.writer': writer, 'atoll.audit.seq': seq, ...Object.fromEntries(known) }
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000]
}
