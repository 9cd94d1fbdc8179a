/// A table whose first cell heads its row. On a narrow screen a row becomes a block of lines, each with its column's name.
struct PageTable {
    struct Column {
        var title: String
        /// `number` for figures and times, `text` for what may be long, else empty.
        var className = ""
    }

    /// Picks out styles of its own.
    var className: String
    var columns: [Column]
    var rows: [[Markup]]

    var markup: Markup {
        // The roles are those that the elements have anyway, until a narrow screen's styles take them away.
        let head = columns.map { column -> Markup in
            "<th scope=\"col\" role=\"columnheader\" class=\"\(column.className)\">\(column.title)</th>"
        }
        return """
            <div class="table"><table class="\(className)" role="table">
            <thead role="rowgroup"><tr role="row">\(head)</tr></thead>
            <tbody role="rowgroup">
            \(rows.map(row))</tbody></table></div>

            """
    }

    private func row(_ cells: [Markup]) -> Markup {
        let parts = zip(columns, cells).enumerated().map { index, pair -> Markup in
            let (column, cell) = pair
            return index == 0
                ? "<th scope=\"row\" role=\"rowheader\" class=\"\(column.className)\">\(cell)</th>"
                : """
                <td role="cell" class="\(column.className)" data-label="\(column.title)"><div>\(cell)</div></td>
                """
        }
        return "<tr role=\"row\">\(parts)</tr>\n"
    }
}
