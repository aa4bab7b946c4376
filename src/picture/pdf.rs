//! A PDF as small as it can be: pages with one font and named pictures, uncompressed, for the renderer
//! beside it and for nobody else.

use std::io::Write as _;

/// Two objects that every page needs: the list of pages and the font.
const PAGES: usize = 2;
const FONT: usize = 3;

#[derive(Default)]
pub(super) struct Pdf {
    /// From number 6 on; those before are the same in every file.
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    pictures: Vec<(String, usize)>,
}

impl Pdf {
    pub(super) fn new() -> Pdf {
        Pdf::default()
    }

    fn add(&mut self, object: Vec<u8>) -> usize {
        self.objects.push(object);
        self.objects.len() + 5
    }

    fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
        let mut object = format!("<< {entries} /Length {} >>\nstream\n", content.len()).into_bytes();
        object.extend_from_slice(content);
        object.extend_from_slice(b"\nendstream");
        object
    }

    /// A picture of eight bits in red, green and blue.
    pub(super) fn picture(&mut self, id: &str, width: u32, height: u32, rgb: &[u8]) {
        let entries = format!("/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8");
        let number = self.add(Pdf::stream(&entries, rgb));
        self.pictures.push((id.to_owned(), number));
    }

    /// A page with its corners and operations.
    pub(super) fn page(&mut self, corners: &[String; 4], operations: &str) {
        let content = self.add(Pdf::stream("", operations.as_bytes()));
        let pictures = joined(self.pictures.iter().map(|(id, number)| format!("/P{id} {number} 0 R")));
        let page = format!(
            "<< /Type /Page /Parent {PAGES} 0 R /MediaBox [{}] /Contents {content} 0 R \
             /Resources << /Font << /F {FONT} 0 R >> /XObject << {pictures} >> >> >>",
            corners.join(" ")
        );
        let number = self.add(page.into_bytes());
        self.pages.push(number);
    }

    /// The file; `None` without a page.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        let kids = joined(self.pages.iter().map(|page| format!("{page} 0 R")));
        let fixed = [
            format!("<< /Type /Catalog /Pages {PAGES} 0 R >>"),
            format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", self.pages.len()),
            // A Chinese font by name alone, so that the renderer asks for ours. Latin is half as wide.
            "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>".to_owned(),
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R \
             /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> >>"
                .to_owned(),
            "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 \
             /Descent -120 /CapHeight 700 /StemV 80 >>"
                .to_owned(),
        ];
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut places = Vec::new();
        for object in fixed.into_iter().map(String::into_bytes).chain(self.objects) {
            places.push(file.len());
            writeln!(file, "{} 0 obj", places.len()).ok()?;
            file.extend_from_slice(&object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let table = file.len();
        writeln!(file, "xref\n0 {}\n0000000000 65535 f ", places.len() + 1).ok()?;
        for place in &places {
            writeln!(file, "{place:010} 00000 n ").ok()?;
        }
        write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF", places.len() + 1).ok()?;
        (!self.pages.is_empty()).then_some(file)
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" ")
}
