/**
 * Which of a form's fields an error of the API is about, for its words begin with that, and the
 * words with the label of the field in its place.
 */
export function fieldError<Field extends string>(
  error: string | null,
  labels: Record<Field, string>,
): { field?: Field; text: string | null } {
  const fields = Object.keys(labels) as Field[]
  const field = fields.find((name) => error?.startsWith(`${name} `))
  return field && error ? { field, text: error.replace(field, labels[field]) } : { text: error }
}
