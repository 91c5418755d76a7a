export { type Columns, checkHeader, HeaderError } from './header.ts'
export { type Problem, Problems } from './problems.ts'
export { type Progress, progress } from './progress.ts'
export { type Cells, type CsvOptions, type Numbered, readCsv } from './read-csv.ts'
