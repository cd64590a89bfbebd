/** A file that is chosen fills the form of an import: text as it is, a workbook as base64. */

/** More would not fit into the form. */
const FILE_BYTES_MAX = 40 * 1_048_576;

/** @type {Readonly<Record<string, string>>} */
const FORMATS = {
  yml: 'yaml',
  yaml: 'yaml',
  json: 'json',
  csv: 'csv',
  tsv: 'csv',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
};

export function listenToFeedFile() {
  const chosen = document.querySelector('[data-feed-file]');
  if (!(chosen instanceof HTMLInputElement) || !chosen.form) return;
  const { form } = chosen;
  const label = chosen.closest('label');
  if (label) label.hidden = false;
  chosen.addEventListener('change', () => {
    const [file] = chosen.files ?? [];
    if (file) void fill(form, chosen, file);
  });
}

/** @param {HTMLFormElement} form @param {HTMLInputElement} chosen @param {File} file */
async function fill(form, chosen, file) {
  const dot = file.name.lastIndexOf('.');
  const ending = file.name.slice(dot + 1).toLowerCase();
  const format = FORMATS[ending];
  const fault =
    file.size > FILE_BYTES_MAX ? 'It is too large for a form: use tocsin inventory import.' : '';
  chosen.setCustomValidity(fault);
  chosen.reportValidity();
  if (fault !== '') return;
  if (format) set(form, 'format', format);
  const text = format === 'xlsx' ? await base64(file) : await file.text();
  set(form, 'text', text);
  const feed = form.elements.namedItem('feed');
  if (feed instanceof HTMLInputElement && feed.value === '') {
    const name = dot > 0 ? file.name.slice(0, dot) : file.name;
    feed.value = name.toLowerCase().replace(/[^a-z0-9._-]/g, '-');
  }
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function set(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
    field.value = value;
}

/** @param {File} file @returns {Promise<string>} */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
