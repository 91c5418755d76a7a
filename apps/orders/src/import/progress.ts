import { MultiBar, Presets, type SingleBar } from 'cli-progress'

export interface Progress {
  /** How far a file is read, in bytes. */
  read(file: string, bytes: number): void
  stop(): void
}

/** One bar for each file (its size in bytes) on a terminal; elsewhere one line when a file is done. */
export function showProgress(
  output: NodeJS.WritableStream,
  sizes: Readonly<Record<string, number>>,
): Progress {
  return 'isTTY' in output && output.isTTY ? bars(output, sizes) : lines(output, sizes)
}

function bars(output: NodeJS.WritableStream, sizes: Readonly<Record<string, number>>): Progress {
  const group = new MultiBar(
    { stream: output, format: '{bar} {percentage}% {file}', hideCursor: true, clearOnComplete: false },
    Presets.shades_classic,
  )
  const started = new Map<string, SingleBar>(
    Object.entries(sizes).map(([file, size]) => [file, group.create(Math.max(size, 1), 0, { file })]),
  )
  return {
    read: (file, bytes) => started.get(file)?.update(bytes),
    stop: () => group.stop(),
  }
}

function lines(output: NodeJS.WritableStream, sizes: Readonly<Record<string, number>>): Progress {
  const done = new Set<string>()
  return {
    read(file, bytes) {
      if (bytes < (sizes[file] ?? 0) || done.has(file)) return
      done.add(file)
      output.write(`Read ${file} (${bytes} bytes)\n`)
    },
    stop() {},
  }
}
