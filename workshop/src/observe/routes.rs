//! Which function of a program answers a request: read from the routes in its source.

use syn::{
    Expr, ExprMethodCall, File, Ident, Item, ItemFn, Lit,
    visit::{self, Visit},
};

/// The function that a program's router has for a request; `None` when none in this file answers it.
pub fn handler<'a>(program: &'a File, method: &str, path: &str) -> Option<&'a ItemFn> {
    // axum answers HEAD with the handler of GET.
    let method = if method == "HEAD" { "GET" } else { method };
    let mut routes = Routes {
        method: method.to_lowercase(),
        path: path.split('?').next().unwrap_or(path),
        handler: None,
    };
    routes.visit_file(program);
    let name = routes.handler?;
    program.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == name => Some(function),
        _ => None,
    })
}

/// Looks through a program for the route of a request.
struct Routes<'a> {
    method: String,
    path: &'a str,
    handler: Option<Ident>,
}

impl<'ast> Visit<'ast> for Routes<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let mut arguments = call.args.iter();
        if call.method == "route"
            && let (Some(pattern), Some(methods)) = (arguments.next(), arguments.next())
            && fits(&text(pattern).unwrap_or_default(), self.path)
        {
            self.handler = function(methods, &self.method).or(self.handler.take());
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// The function that `get(home).post(set)` has for a method.
fn function(methods: &Expr, method: &str) -> Option<Ident> {
    match methods {
        Expr::MethodCall(call) if call.method == method => name(call.args.first()?),
        Expr::MethodCall(call) => function(&call.receiver, method),
        Expr::Call(call) if name(&call.func)? == method => name(call.args.first()?),
        _ => None,
    }
}

/// The last word of a path: `get` of `routing::get`.
fn name(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => Some(path.path.segments.last()?.ident.clone()),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a path is one of those that a route's pattern stands for: `/books/{id}`.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
            _ => return false,
        }
    }
}
