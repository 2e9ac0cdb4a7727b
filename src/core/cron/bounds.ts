/** Where each field starts and ends: two numbers a field. */
export function fieldBounds(expression: string): number[] {
  const bounds: number[] = [];
  let inField = false;
  for (let at = 0; at < expression.length; at += 1) {
    const isPartOfField = !isSpace(expression.charCodeAt(at));
    if (isPartOfField !== inField) bounds.push(at);
    inField = isPartOfField;
  }
  if (inField) bounds.push(expression.length);
  return bounds;
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
