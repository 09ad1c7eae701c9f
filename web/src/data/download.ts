/** Hands a text to the browser as a file. */
export function download(name: string, type: string, content: string): void {
    const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
    const link = document.createElement('a');
    link.href = url;
    // A call SID may hold a colon, which some file systems refuse.
    link.download = name.replaceAll(/[^\w.=-]/g, '_');
    link.click();
    setTimeout(() => {
        URL.revokeObjectURL(url);
    }, 1000);
}
