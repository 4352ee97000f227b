import { missingRequirement } from './requirements'

/** Says once why every test will be skipped; in CI that is a failure. */
export default function globalSetup() {
  const missing = missingRequirement()
  if (missing && process.env['CI']) throw new Error(missing)
  if (missing) console.warn(`Skipped: ${missing}`)
}
