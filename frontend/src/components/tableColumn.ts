/** A column of a table: its heading, and what it says of a row. */
export interface TableColumn<Row> {
  name: string
  text: (row: Row) => string
  /** Numbers stand to the right, digit under digit. */
  number?: boolean
}
